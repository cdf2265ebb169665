"""What the notice names, as checked data: ``load.catalogue()`` holds it all."""
