"""The layout: from what a brief asks for to plans of sets that hold it, ranked and explained."""
