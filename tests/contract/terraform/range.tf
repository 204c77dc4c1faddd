# A HAVIP in a network that is there already, with network interfaces in its range.

terraform {
  required_providers {
    tencentcloud = { source = "tencentcloudstack/tencentcloud" }
  }
}

provider "tencentcloud" {}

variable "vpc_id" {}

variable "subnet_id" {}

variable "instance_ids" {
  type = list(string)
}

resource "tencentcloud_ha_vip" "havip" {
  name            = "web"
  vpc_id          = var.vpc_id
  subnet_id       = var.subnet_id
  check_associate = true
}

resource "tencentcloud_eni" "second" {
  count      = length(var.instance_ids)
  name       = "eth1"
  vpc_id     = var.vpc_id
  subnet_id  = var.subnet_id
  ipv4_count = 1
}

resource "tencentcloud_eni_attachment" "second" {
  count       = length(var.instance_ids)
  eni_id      = tencentcloud_eni.second[count.index].id
  instance_id = var.instance_ids[count.index]
}

resource "tencentcloud_ha_vip_instance_attachment" "member" {
  count         = length(var.instance_ids)
  ha_vip_id     = tencentcloud_ha_vip.havip.id
  instance_id   = tencentcloud_eni_attachment.second[count.index].eni_id
  instance_type = "ENI"
}
