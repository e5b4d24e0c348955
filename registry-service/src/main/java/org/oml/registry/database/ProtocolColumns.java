package org.oml.registry.database;

import org.hibernate.boot.model.TypeContributions;
import org.hibernate.boot.model.TypeContributor;
import org.hibernate.service.ServiceRegistry;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;

/**
 * Tells Hibernate of the values that are kept as their bytes, so that an entity has them as they
 * are. Found through {@code META-INF/services}.
 */
public final class ProtocolColumns implements TypeContributor {

  @Override
  public void contribute(TypeContributions types, ServiceRegistry services) {
    types.contributeJavaType(new BytesType<>(Bytes32.class, Bytes32::of, Bytes32::toBytes));
    types.contributeJavaType(new BytesType<>(Address.class, Address::of, Address::toBytes));
    types.contributeJavaType(new BytesType<>(Signature.class, Signature::of, Signature::toBytes));
    types.contributeJavaType(new BytesType<>(Manifest.class, Manifest::parse, Manifest::bytes));
  }
}
