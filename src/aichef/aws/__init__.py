"""The way in on AWS: one thin handler per function, over the steps of kitchens/steps.py."""
