"""Lists of customers from elsewhere: read, judged, taken in, and taken back."""
