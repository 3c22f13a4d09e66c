"""What each report says, shows and plots."""
