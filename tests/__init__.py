from tests.clock import sitecustomize as sitecustomize  # before anything of the product is loaded
