// Relaying
