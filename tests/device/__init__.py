"""The router's side of the wire: sessions, answers, reading."""
