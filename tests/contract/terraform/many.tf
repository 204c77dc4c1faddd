# As many HAVIPs as wanted, in a network that is there already.

terraform {
  required_providers {
    tencentcloud = { source = "tencentcloudstack/tencentcloud" }
  }
}

provider "tencentcloud" {}

variable "vpc_id" {}

variable "subnet_id" {}

variable "addresses" {
  type = list(string)
}

resource "tencentcloud_ha_vip" "havip" {
  count     = length(var.addresses)
  name      = "havip-${count.index}"
  vpc_id    = var.vpc_id
  subnet_id = var.subnet_id
  vip       = var.addresses[count.index]
}
