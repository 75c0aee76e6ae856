"""What grading bears and how fast it is: killed and resumed, and beside other graders."""
