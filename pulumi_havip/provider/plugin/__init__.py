"""The native plugin, `pulumi-resource-havip`."""
