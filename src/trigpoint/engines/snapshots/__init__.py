"""Pictures of the map: the style and the tiles that browsers get, painted to PNG in processes of their own."""
