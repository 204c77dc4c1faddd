# An instance that may hold a HAVIP, an EIP of some bandwidth, and a route table with a name.

terraform {
  required_providers {
    tencentcloud = { source = "tencentcloudstack/tencentcloud" }
  }
}

provider "tencentcloud" {}

variable "name" {
  default = "node"
}

variable "bandwidth" {
  default = 5
}

data "tencentcloud_images" "ubuntu" {
  image_type = ["PUBLIC_IMAGE"]
  os_name    = "ubuntu server 22.04"
}

resource "tencentcloud_vpc" "vpc" {
  name       = "lab"
  cidr_block = "10.0.0.0/16"
}

resource "tencentcloud_route_table" "table" {
  name   = var.name
  vpc_id = tencentcloud_vpc.vpc.id
}

resource "tencentcloud_subnet" "subnet" {
  name              = "lab"
  vpc_id            = tencentcloud_vpc.vpc.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "ap-guangzhou-3"
}

resource "tencentcloud_instance" "node" {
  instance_name     = var.name
  availability_zone = "ap-guangzhou-3"
  image_id          = data.tencentcloud_images.ubuntu.images[0].image_id
  instance_type     = "S5.MEDIUM2"
  vpc_id            = tencentcloud_vpc.vpc.id
  subnet_id         = tencentcloud_subnet.subnet.id
  user_data_raw     = "#!/bin/sh"
  tags              = { role = "lb" }
}

resource "tencentcloud_ha_vip" "havip" {
  name            = "web"
  vpc_id          = tencentcloud_vpc.vpc.id
  subnet_id       = tencentcloud_subnet.subnet.id
  check_associate = true
}

resource "tencentcloud_ha_vip_instance_attachment" "member" {
  ha_vip_id     = tencentcloud_ha_vip.havip.id
  instance_id   = tencentcloud_instance.node.id
  instance_type = "CVM"
}

resource "tencentcloud_eip" "eip" {
  name                       = "front"
  internet_max_bandwidth_out = var.bandwidth
}
