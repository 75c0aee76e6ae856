"""What a report says about the confinement that was in force."""

from kit.language import N_

CONFINED = N_(
    "Confined with bubblewrap: a network of its own with the loopback alone; processes, user and"
    " shared memory of its own; a read-only system without checks, reference, other submissions"
    " and environment; limits on memory, processes and disk of a submission as a whole, and on"
    " processor time and open files of each of its processes (by looking at them and by rlimits,"
    " not by cgroups)."
)
UNCONFINED = N_(
    "NOT confined (--unconfined): the submissions ran as processes of the instructor's account,"
    " with its files and its network. Marks may be forged."
)
