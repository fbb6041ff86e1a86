"""How clients take a knock: one text for each, which exists to show the secret."""
