# Two routes to a HAVIP, in a network that is there already.

terraform {
  required_providers {
    tencentcloud = { source = "tencentcloudstack/tencentcloud" }
  }
}

provider "tencentcloud" {}

variable "vpc_id" {}

variable "subnet_id" {}

resource "tencentcloud_ha_vip" "havip" {
  name      = "web"
  vpc_id    = var.vpc_id
  subnet_id = var.subnet_id
}

resource "tencentcloud_route_table" "table" {
  name   = "lab"
  vpc_id = var.vpc_id
}

resource "tencentcloud_route_table_entry" "first" {
  route_table_id         = tencentcloud_route_table.table.id
  destination_cidr_block = "192.168.8.0/24"
  next_type              = "HAVIP"
  next_hub               = tencentcloud_ha_vip.havip.id
}

resource "tencentcloud_route_table_entry" "second" {
  route_table_id         = tencentcloud_route_table.table.id
  destination_cidr_block = "192.168.9.0/24"
  next_type              = "INTRANAT"
  next_hub               = replace(tencentcloud_ha_vip.havip.id, "havip-", "intranat-")
  depends_on             = [tencentcloud_route_table_entry.first]
}
