::cisco::eem::event_register_syslog pattern {^[^%]*%CP-6-[TU][CD]P: DROP } queue_priority low maxrun 20 nice 1
# knockdeploy: opens the door to the one address that knocks in order and within the window.
# It knows no port: it reads the knock group of the router, once an address has sent as many
# different knocks as the group has. What counts is when a packet came, never when this runs.
#
# _knock_Group   the object-group with the ports, in the order of the knock, then the decoys, and
#                then the knock of probes, in its order
# _knock_Count   how many are the knock, the decoys, and the knock of probes; none need not be said
# _knock_Probers the addresses for which that opens, for a minute, and for nobody else
# _knock_Window  seconds from the first knock to the last; as long a decoy spoils what comes
# _knock_Services the list that opens     _knock_Aim     the destination of what opens
# _knock_Timeout minutes until it shuts

namespace import ::cisco::eem::*
namespace import ::cisco::lib::*

source judging.tcl

proc knock_kinds {events} {
    foreach event $events {
        set seen([lindex $event 2]) 1
    }
    return [array size seen]
}

# The members of the group as the router prints them; one that is no single port fits no knock.
proc knock_members {shown} {
    set members ""
    foreach line [split $shown "\r\n"] {
        if {[regexp {^ +([tu][cd]p) eq ([0-9]+) *$} $line all protocol port]} {
            lappend members $protocol/$port
        } elseif {[regexp {^ +[a-z0-9]} $line] && ![regexp {^ +description } $line]} {
            lappend members $line
        }
    }
    return $members
}

array set knock_Event [event_reqinfo]
if {$_cerrno != 0} {
    error "knockdeploy: no event"
}
set knock_Message {^[^%]*%CP-6-([TU][CD]P): DROP[^(]* ([0-9.]+)\([0-9]+\) +-> +[0-9.]+\(([0-9]+)\)}
if {![regexp $knock_Message $knock_Event(msg) all protocol source port]} {
    exit
}
if {![knock_is_host $source]} {
    exit
}
scan "$knock_Event(event_pub_sec) $knock_Event(event_pub_msec)" "%d %d" sec msec
set event [list $sec $msec [string tolower $protocol]/$port]

# What is retrieved is gone from the context: it is saved again before anything can go wrong. An
# attempt that may be whole is not among it: it counts once, whatever becomes of this run.
if {[catch {context_retrieve knockdeploy knock_State} knock_State]} {
    set knock_State ""
}
set known [knock_known $knock_State $source $event $_knock_Window]
set events [lindex $known 1]
set knock_Decoys 0
set knock_Probes 0
scan $_knock_Count "%d %d %d" knock_Count knock_Decoys knock_Probes
set is_prober [expr {$knock_Probes > 0 && [lsearch -exact $_knock_Probers $source] >= 0}]
set least $knock_Count
if {$is_prober && $knock_Probes < $least} {
    set least $knock_Probes
}
set may_be_whole [expr {[knock_kinds $events] >= $least}]
set knock_State [lindex $known 0]
if {!$may_be_whole} {
    lappend knock_State $source $events
}
if {[llength $knock_State] > 0} {
    context_save knockdeploy knock_State
}
if {!$may_be_whole} {
    exit
}

set standing ""
array set cli [cli_open]
set failed [catch {
    cli_exec $cli(fd) "enable"
    cli_exec $cli(fd) "terminal length 0"
    set members [knock_members [cli_exec $cli(fd) "show object-group $_knock_Group"]]
    set probes [expr {$knock_Count + $knock_Decoys}]
    set wanted [expr {$probes + $knock_Probes}]
    set sequence [lrange $members 0 [expr {$knock_Count - 1}]]
    set decoys [lrange $members $knock_Count [expr {$probes - 1}]]
    set doors [list $sequence $decoys $_knock_Timeout]
    if {$is_prober} {
        lappend doors [lrange $members $probes end] "" 1
    }
    if {[llength $members] != $wanted} {
        action_syslog priority warning msg "knockdeploy: $_knock_Group has not $wanted ports"
        set doors ""
    }
    foreach {sequence decoys minutes} $doors {
        set judged [knock_judged $events $sequence $decoys]
        if {[lindex $judged 0] < [llength $sequence]} {
            set standing [concat $standing [lindex $judged 1]]
        } elseif {![regexp { (receive|drop)} [cli_exec $cli(fd) "show ip cef $source"]]} {
            set entry "$_knock_Services D$_knock_Services host $source $_knock_Aim"
            cli_exec $cli(fd) "access-template $entry timeout $minutes"
        }
    }
} why]
catch {cli_close $cli(fd) $cli(tty_id)}
if {$failed} {
    error "knockdeploy: $why"
}
if {[llength $standing] > 0} {
    if {[catch {context_retrieve knockdeploy knock_State} knock_State]} {
        set knock_State ""
    }
    lappend knock_State $source $standing
    context_save knockdeploy knock_State
}
