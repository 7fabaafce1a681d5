"""How quickly what the files say is what runs, measured from outside."""
