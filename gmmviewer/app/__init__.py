"""The program around the rooms: actions, main window, files, settings, theme, command line."""
