"""What all pages of the portal share: the visit, guards, forms, rendering, and fields that several pages have."""
