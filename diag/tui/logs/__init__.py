"""What the log view shows and how it is cut to lines of the screen: plain data, no widget."""
