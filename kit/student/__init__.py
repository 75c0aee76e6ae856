"""What belongs to the student: the copies of the labs, the progress, the hints seen."""
