"""The VPC service, one module for each kind of resource; import from them or from `havip.api`."""
