"""The headline of a story: titles without what an outlet prints before many, and the figure that most reports tell."""
