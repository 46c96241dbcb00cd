"""Facial-expression classification: faces, recipes, training, evaluation and prediction."""
