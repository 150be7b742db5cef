"""What happens in the network: activities, their times, who arranges them; read from YAML and from calendars."""
