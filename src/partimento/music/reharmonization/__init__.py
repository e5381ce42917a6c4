"""What else could stand there: devices that propose, promises that forbid, and the ranking of what is left."""
