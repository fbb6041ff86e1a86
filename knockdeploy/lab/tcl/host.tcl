# Runs policies of the event manager for the lab: each in an interpreter of its own, with the
# commands of Tcl 8.3.4 and of EEM alone. What EEM does is asked of the other end of the pipe.
#
# A line is words, each an x and the hexadecimal digits of its UTF-8. From there: `run SCRIPT
# NAME VALUE ...`, and to a question `ok ANSWER`, `ok` and a list, or `error WHY`. From here: `NAME
# ARGUMENT ...` is a question; `over` and `failed WHY` end a run.

fconfigure stdin -encoding ascii -translation lf
fconfigure stdout -encoding ascii -translation lf -buffering line

proc say {args} {
    set words {}
    foreach word $args {
        binary scan [encoding convertto utf-8 $word] H* digits
        lappend words x$digits
    }
    puts [join $words " "]
}

proc heard {} {
    if {[gets stdin line] < 0} {
        exit
    }
    set words {}
    foreach word [split $line " "] {
        lappend words [encoding convertfrom utf-8 [binary format H* [string range $word 1 end]]]
    }
    return $words
}

proc ask {args} {
    say {*}$args
    set answer [lassign [heard] how]
    if {[llength $answer] < 2} {
        set answer [lindex $answer 0]
    }
    if {$how eq "error"} {
        error $answer
    }
    return $answer
}

# Tcl 8.3.4 has none of these, a policy no events of Tcl; of the commands it has, it lacks these words.
set lacking {
    apply chan coroutine dict lassign lmap lrepeat lreverse lset tailcall throw try yield
    yieldto zlib unload memory vwait after
}
set newer {
    string {reverse cat insert}
    lsearch {-all -inline -not -start -subindices -bisect -nocase -index}
    lsort {-indices -nocase -stride}
    clock {add microseconds milliseconds}
    info {coroutine frame object class errorstack}
    array {for default}
    file {system link normalize}
    switch {-nocase -matchvar -indexvar}
    regexp {-start}
}

proc limited {slave command words args} {
    foreach word $args {
        if {[lsearch -exact $words $word] >= 0} {
            error "Tcl 8.3.4 has no $command $word"
        }
    }
    return [$slave invokehidden $command {*}$args]
}

# It saves what variables hold at the top, by their pattern.
proc save {slave name pattern} {
    set saved {}
    foreach variable [$slave eval [list info vars ::$pattern]] {
        set variable [namespace tail $variable]
        if {[$slave eval [list array exists ::$variable]]} {
            lappend saved $variable [$slave eval [list array get ::$variable]]
        } else {
            lappend saved $variable [$slave eval [list set ::$variable]]
        }
    }
    ask context_save $name {*}$saved
}

proc made {} {
    global lacking newer
    set slave [interp create -safe]
    foreach command $lacking {
        if {[llength [$slave eval [list info commands ::$command]]]} {
            $slave hide $command
        }
    }
    foreach {command words} $newer {
        if {![catch {$slave hide $command}]} {
            $slave alias $command limited $slave $command $words
        }
    }
    $slave eval {namespace eval ::cisco::eem {namespace export *}}
    $slave eval {namespace eval ::cisco::lib {namespace export *}}
    foreach command {event_reqinfo context_retrieve action_syslog} {
        $slave alias ::cisco::eem::$command ask $command
    }
    foreach command {cli_open cli_exec cli_close} {
        $slave alias ::cisco::lib::$command ask $command
    }
    $slave alias ::cisco::eem::context_save save $slave
    $slave alias ::cisco::eem::event_register_syslog concat
    $slave alias exit return -level 0 -code 5
    $slave eval {set _cerrno 0}
    return $slave
}

# A policy that ends itself ends with code 5: none of Tcl's own. The next one's interpreter is made
# while nobody waits.
while 1 {
    set slave [made]
    set words [heard]
    foreach {name value} [lrange $words 2 end] {
        $slave eval [list set $name $value]
    }
    if {[catch {$slave eval [lindex $words 1]} why] == 1} {
        say failed $why
    } else {
        say over
    }
    interp delete $slave
}
