"""What every page of the portal stands in: who visits, guards, forms, rendering, and fields that several pages have."""
