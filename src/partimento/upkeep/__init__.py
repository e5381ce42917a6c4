"""What is set up, and what to mend: models with their keys and prices, servers found, findings. Knows each as values;
leaves showing them to commands and pages.
"""
