::cisco::eem::event_register_syslog pattern {^[^%]*%[A-Z]+-6-IPACCESSLOGP: [^%>]*list [^ ]+ denied [tu][cd]p } queue_priority low maxrun 60 nice 1
# knockdeploy: lets in the one address that knocks in order and within the window, on IOS-XE.
# It runs for each packet that an access list denied and logged, and remembers what each address
# has sent. What counts is when a packet came, never when this runs.
#
# _knock_Sequence the knock in its order: 46543/udp and so on
# _knock_Decoys   ports that spoil it, or none
# _knock_Window   seconds from the first knock to the last; as long a decoy spoils what comes
# _knock_Services the list that hears and opens     _knock_Aim     the destination of both
# _knock_Opens    what is opened: 22/tcp and so on  _knock_Slots   for how many at once
# _knock_Probes   the knock of probes, if they have one of their own, which has a slot of its own
# _knock_Probers  the addresses for which that opens, and for nobody else
# Minutes are counted by the applet that shuts.

namespace import ::cisco::eem::*
namespace import ::cisco::lib::*

source judging.tcl

# The numbers of the entries of each slot. None is a multiple of ten: a train that keeps no numbers
# gives those to others when it loads.
proc knock_slots {n_slots n_entries} {
    set number 0
    for {set slot 0} {$slot < $n_slots} {incr slot} {
        set numbers ""
        while {[llength $numbers] < $n_entries} {
            incr number
            if {$number % 10} {
                lappend numbers $number
            }
        }
        lappend slots $numbers
    }
    return $slots
}

# Whether the list, as it is shown, has an entry of one of these numbers.
proc knock_is_taken {numbers shown} {
    foreach line [split $shown "\r\n"] {
        if {[regexp {^ *([0-9]+) (permit|deny) } $line all number]} {
            if {[lsearch -exact $numbers $number] >= 0} {
                return 1
            }
        }
    }
    return 0
}

# Makes the entries of the first slot that is free; an address that is in already gets none. What
# is returned is for the log.
proc knock_opened {fd source list aim openings slots} {
    set entry "host $source gt 0"
    foreach numbers $slots {
        set shown [cli_exec $fd "show ip access-lists $list"]
        if {[string first " $entry " $shown] >= 0} {
            return ""
        }
        if {[knock_is_taken $numbers $shown]} {
            continue
        }
        cli_exec $fd "configure terminal"
        cli_exec $fd "ip access-list extended $list"
        foreach number $numbers opening $openings {
            foreach {port protocol} [split $opening /] {
                cli_exec $fd "$number permit $protocol $entry $aim eq $port"
            }
        }
        cli_exec $fd "end"
        if {[string first " $entry " [cli_exec $fd "show ip access-lists $list"]] >= 0} {
            return "opened for $source"
        }
    }
    return "no slot is free for $source"
}

array set knock_Event [event_reqinfo]
if {$_cerrno != 0} {
    error "knockdeploy: no event"
}
set knock_Message {^[^%]*%[A-Z]+-6-IPACCESSLOGP: [^%>]*list ([^ ]+) denied ([tu][cd]p) ([0-9.]+)\([0-9]+\) -> ([0-9.]+)\(([0-9]+)\), 1 packet}
if {![regexp $knock_Message $knock_Event(msg) all list protocol source aim port]} {
    exit
}
if {![string equal $list $_knock_Services] || ![knock_is_host $source]} {
    exit
}
if {![string equal $_knock_Aim any] && ![string equal $_knock_Aim "host $aim"]} {
    exit
}
scan "$knock_Event(event_pub_sec) $knock_Event(event_pub_msec)" "%d %d" sec msec
set event [list $sec $msec $port/$protocol]

# What is retrieved is gone from the context: it is saved again before anything can go wrong. A
# whole knock is not among it: it counts once, whatever becomes of this run.
if {[catch {context_retrieve knockdeploy knock_State} knock_State]} {
    set knock_State ""
}
set known [knock_known $knock_State $source $event $_knock_Window]
set events [lindex $known 1]

# What opens to a sequence, spoilt by decoys: slots. Whose knock it is not, is noise in it.
set slots [knock_slots [expr {$_knock_Slots + 1}] [llength $_knock_Opens]]
set knock_Doors [list $_knock_Sequence $_knock_Decoys [lrange $slots 0 [expr {$_knock_Slots - 1}]]]
if {[info exists _knock_Probers] && [lsearch -exact $_knock_Probers $source] >= 0} {
    lappend knock_Doors $_knock_Probes "" [lrange $slots $_knock_Slots end]
}
set opening ""
set standing ""
foreach {sequence decoys slots} $knock_Doors {
    set judged [knock_judged $events $sequence $decoys]
    if {[lindex $judged 0] == [llength $sequence]} {
        set opening $slots
    } else {
        set standing [concat $standing [lindex $judged 1]]
    }
}
set knock_State [lindex $known 0]
if {[llength $standing] > 0} {
    lappend knock_State $source $standing
}
if {[llength $knock_State] > 0} {
    context_save knockdeploy knock_State
}
if {[llength $opening] == 0} {
    exit
}

set said ""
array set cli [cli_open]
set failed [catch {
    cli_exec $cli(fd) "enable"
    cli_exec $cli(fd) "terminal length 0"
    if {![regexp { (receive|drop)} [cli_exec $cli(fd) "show ip cef $source"]]} {
        set said [knock_opened $cli(fd) $source $_knock_Services $_knock_Aim $_knock_Opens $opening]
    }
} why]
catch {cli_close $cli(fd) $cli(tty_id)}
if {$failed} {
    error "knockdeploy: $why"
}
if {[string length $said] > 0} {
    action_syslog priority info msg $said
}
