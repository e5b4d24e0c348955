package org.oml.registry.catalogue;

import java.util.List;
import org.springframework.data.repository.Repository;

/** The table {@code revision_file}. */
interface RevisionFileRows extends Repository<RevisionFileRow, RevisionFileRow.Key> {

  List<RevisionFileRow> saveAll(Iterable<RevisionFileRow> rows);
}
