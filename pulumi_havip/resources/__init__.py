"""The resource classes of a Pulumi program; import them from `pulumi_havip`."""
