# What judges the knocks of an address, wherever they are logged.

# Events are {seconds milliseconds port}: those within the window before now.
proc knock_recent {events now window} {
    set recent ""
    foreach event $events {
        set s [expr {[lindex $now 0] - [lindex $event 0]}]
        if {$s >= 0 && $s <= $window} {
            set ms [expr {$s * 1000 + [lindex $now 1] - [lindex $event 1]}]
            if {$ms >= 0 && $ms <= $window * 1000} {
                lappend recent $event
            }
        }
    }
    return $recent
}

# The port of an event joins those before it; of one that is repeated at once the last counts.
proc knock_joined {events event} {
    set last [lindex [lindex $events end] 2]
    if {[string equal $last [lindex $event 2]]} {
        set events [lrange $events 0 [expr {[llength $events] - 2}]]
    }
    lappend events $event
    set first [expr {[llength $events] - 64}]
    return [lrange $events $first end]
}

# What addresses have sent within the window before an event of one of them: a list of all others
# with their events, the latest, and the events of that one.
proc knock_known {state source event window} {
    set others ""
    set events ""
    foreach {address heard} $state {
        set heard [knock_recent $heard $event $window]
        if {[string equal $address $source]} {
            set events $heard
        } elseif {[llength $heard] > 0} {
            lappend others $address $heard
        }
    }
    set first [expr {[llength $others] - 398}]
    return [list [lrange $others $first end] [knock_joined $events $event]]
}

# How many steps of the sequence were taken, and the events of the attempt that still stands. A
# step again is none: clients repeat. One out of turn ends the attempt. A decoy spoils all that its
# source sends, until it is a window ago. Other ports are noise.
proc knock_judged {events sequence decoys} {
    set taken 0
    set standing ""
    set spoilt ""
    foreach event $events {
        set step [lsearch -exact $sequence [lindex $event 2]]
        if {[lsearch -exact $decoys [lindex $event 2]] >= 0} {
            set spoilt [list $event]
        } elseif {$step > $taken} {
            set taken 0
            set standing ""
        } elseif {$step >= 0} {
            if {$step == $taken} {
                incr taken
            }
            lappend standing $event
        }
    }
    if {[llength $spoilt] > 0} {
        return [list 0 $spoilt]
    }
    return [list $taken $standing]
}

# Addresses that can be a client's; what a log line has is text that somebody sent. Whether one is
# the router's own, a broadcast or a loopback address, its table tells: it receives what is sent
# there, or drops it.
proc knock_is_host {address} {
    if {![regexp {^([0-9]+)[.][0-9]+[.][0-9]+[.][0-9]+$} $address all first]} {
        return 0
    }
    scan $first %d first
    return [expr {$first > 0 && $first < 224}]
}
