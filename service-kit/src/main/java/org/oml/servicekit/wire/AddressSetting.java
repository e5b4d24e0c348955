package org.oml.servicekit.wire;

import org.oml.protocol.Address;
import org.springframework.core.convert.converter.Converter;

/** Reads an account from a setting. */
final class AddressSetting implements Converter<String, Address> {

  @Override
  public Address convert(String text) {
    return Address.parse(text.strip());
  }
}
