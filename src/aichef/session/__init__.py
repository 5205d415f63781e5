"""How far a meal is: sessions and their stores."""
