"""What changes one router: what it needs, sent, proved, compared, taken back."""
