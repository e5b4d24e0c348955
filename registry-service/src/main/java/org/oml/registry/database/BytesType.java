package org.oml.registry.database;

import java.util.function.Function;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.jspecify.annotations.Nullable;

/** A value that never changes, in a column of bytes. */
final class BytesType<T> extends AbstractClassJavaType<T> {

  private final transient Function<byte[], T> reader;
  private final transient Function<T, byte[]> writer;

  BytesType(Class<T> type, Function<byte[], T> reader, Function<T, byte[]> writer) {
    super(type);
    this.reader = reader;
    this.writer = writer;
  }

  @Override
  public boolean useObjectEqualsHashCode() {
    return true;
  }

  @Override
  public JdbcType getRecommendedJdbcType(JdbcTypeIndicators indicators) {
    return indicators.getJdbcType(SqlTypes.VARBINARY);
  }

  @Override
  public <X> @Nullable X unwrap(@Nullable T value, Class<X> type, WrapperOptions options) {
    if (value == null) {
      return null;
    }
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    if (type.isAssignableFrom(byte[].class)) {
      return type.cast(writer.apply(value));
    }
    throw unknownUnwrap(type);
  }

  @Override
  public <X> @Nullable T wrap(@Nullable X value, WrapperOptions options) {
    if (value == null) {
      return null;
    }
    if (getJavaTypeClass().isInstance(value)) {
      return getJavaTypeClass().cast(value);
    }
    if (value instanceof byte[] bytes) {
      return reader.apply(bytes);
    }
    throw unknownWrap(value.getClass());
  }
}
