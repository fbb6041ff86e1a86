"""What a router does with packets, typed lines and the passing of time. No I/O."""
