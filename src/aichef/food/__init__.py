"""What food is: composition, names, amounts, allergens. The ground; knows no other room."""
