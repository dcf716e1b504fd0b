//! Common names, put together by chance; given names by the time in which they were in fashion.

/// Born before 1960, before 1995, and later.
pub const WOMEN: [[&str; 18]; 3] = [
    ["Agnès", "Andrée", "Anne-Marie", "Colette", "Denise", "Françoise", "Gisèle", "Huguette", "Jacqueline", "Jeanne",
     "Josette", "Madeleine", "Marguerite", "Monique", "Nicole", "Odette", "Simone", "Thérèse"],
    ["Amina", "Aurélie", "Béatrice", "Caroline", "Céline", "Claire", "Émilie", "Fatima", "Hélène", "Isabelle",
     "Karine", "Laëtitia", "Nadia", "Nathalie", "Sandrine", "Sophie", "Valérie", "Véronique"],
    ["Adèle", "Alice", "Ambre", "Anaïs", "Camille", "Chloé", "Clémence", "Inès", "Jade", "Juliette",
     "Léa", "Louise", "Lucie", "Manon", "Mathilde", "Rose", "Yasmine", "Zoé"],
];

pub const MEN: [[&str; 18]; 3] = [
    ["André", "Bernard", "Claude", "Daniel", "Fernand", "Georges", "Gérard", "Henri", "Jacques", "Jean",
     "Lucien", "Marcel", "Maurice", "Michel", "Raymond", "René", "Roger", "Yves"],
    ["Alain", "Benoît", "Bruno", "Cédric", "Christophe", "David", "Éric", "Fabrice", "François", "Guillaume",
     "Jérôme", "Karim", "Laurent", "Mohamed", "Nicolas", "Olivier", "Stéphane", "Thierry"],
    ["Adam", "Antoine", "Arthur", "Enzo", "Gabriel", "Hugo", "Jules", "Léo", "Louis", "Lucas",
     "Maël", "Mathis", "Nathan", "Noé", "Paul", "Raphaël", "Simon", "Théo"],
];

pub const FAMILIES: [&str; 80] = [
    "Arnaud", "Aubert", "Barbier", "Benali", "Berger", "Bertin", "Blanchard", "Bonnet", "Bouvier", "Brun",
    "Carpentier", "Chevalier", "Clément", "Colin", "Cousin", "Da Silva", "Delmas", "Diallo", "Dufour", "Dupont",
    "Durand", "Faure", "Ferrand", "Fontaine", "Fournier", "Garnier", "Gauthier", "Giraud", "Girard", "Guérin",
    "Haddad", "Henry", "Hoarau", "Huet", "Jacquet", "Kaddour", "Lambert", "Le Gall", "Leclercq", "Lefèvre",
    "Legrand", "Lemaire", "Lemoine", "Lopez", "Mallet", "Marchand", "Martinez", "Masson", "Mercier", "Meunier",
    "Michaud", "Moreau", "Morvan", "N'Diaye", "Nguyen", "Noël", "Olivier", "Pasquier", "Payet", "Perrin",
    "Poirier", "Prévost", "Rault", "Renard", "Riou", "Rivière", "Rousseau", "Roux", "Roy", "Saidi",
    "Sauvage", "Schmitt", "Texier", "Tessier", "Traoré", "Vasseur", "Verdier", "Vidal", "Weber", "Zidane",
];

pub const STREETS: [&str; 24] = [
    "rue des Acacias", "rue de la Gare", "place du Marché", "avenue Jean-Jaurès", "impasse des Lilas",
    "rue Victor-Hugo", "boulevard de la République", "chemin du Moulin", "rue de l'Église", "allée des Tilleuls",
    "rue Pasteur", "quai du Port", "rue du Four", "route de l'Étang", "rue Marie-Curie", "cours Gambetta",
    "rue des Écoles", "rue de la Fontaine", "avenue du Général-de-Gaulle", "rue Jules-Ferry", "place de la Mairie",
    "rue du Stade", "chemin des Vignes", "rue Émile-Zola",
];
