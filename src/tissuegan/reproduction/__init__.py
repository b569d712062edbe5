"""The paper again: what is missing is trained, everything is measured, its numbers beside ours."""
