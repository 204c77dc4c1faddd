# A HAVIP with an automatic address and an EIP, and one with a fixed address and a checked range.

terraform {
  required_providers {
    tencentcloud = { source = "tencentcloudstack/tencentcloud" }
  }
}

provider "tencentcloud" {}

variable "name" {
  default = "web"
}

resource "tencentcloud_vpc" "vpc" {
  name       = "lab"
  cidr_block = "10.0.0.0/16"
  tags       = { team = "net" }
}

resource "tencentcloud_subnet" "subnet" {
  name              = "lab"
  vpc_id            = tencentcloud_vpc.vpc.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "ap-guangzhou-3"
  tags              = { team = "net" }
}

resource "tencentcloud_ha_vip" "auto" {
  name      = var.name
  vpc_id    = tencentcloud_vpc.vpc.id
  subnet_id = tencentcloud_subnet.subnet.id
}

resource "tencentcloud_ha_vip" "fixed" {
  name            = "fixed"
  vpc_id          = tencentcloud_vpc.vpc.id
  subnet_id       = tencentcloud_subnet.subnet.id
  vip             = "10.0.1.9"
  check_associate = true
}

resource "tencentcloud_eip" "eip" {
  name = "front"
  tags = { team = "net" }
}

resource "tencentcloud_ha_vip_eip_attachment" "bound" {
  havip_id   = tencentcloud_ha_vip.auto.id
  address_ip = tencentcloud_eip.eip.public_ip
}

data "tencentcloud_ha_vips" "of_vpc" {
  vpc_id     = tencentcloud_vpc.vpc.id
  depends_on = [tencentcloud_ha_vip.auto, tencentcloud_ha_vip.fixed]
}

data "tencentcloud_ha_vips" "one" {
  id         = tencentcloud_ha_vip.fixed.id
  name       = tencentcloud_ha_vip.fixed.name
  subnet_id  = tencentcloud_subnet.subnet.id
  depends_on = [tencentcloud_ha_vip.auto]
}

data "tencentcloud_ha_vip_eip_attachments" "bound" {
  havip_id = tencentcloud_ha_vip_eip_attachment.bound.havip_id
}
