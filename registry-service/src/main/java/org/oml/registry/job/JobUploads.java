package org.oml.registry.job;

import java.io.InputStream;
import java.util.UUID;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.ManifestFile;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.StoredFile;
import org.oml.registry.catalogue.Catalogue;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.Instances;
import org.oml.registry.upload.Destination;
import org.oml.registry.upload.UploadState;
import org.oml.registry.upload.Uploads;
import org.springframework.stereotype.Component;

/**
 * Files of an instance as they come in from the worker that holds its job, on from where they were
 * cut, whoever held it before. What the base model has under the same path is there already.
 */
@Component
final class JobUploads {

  private final Jobs jobs;
  private final Instances instances;
  private final Catalogue catalogue;
  private final Uploads uploads;

  JobUploads(Jobs jobs, Instances instances, Catalogue catalogue, Uploads uploads) {
    this.jobs = jobs;
    this.instances = instances;
    this.catalogue = catalogue;
    this.uploads = uploads;
  }

  /**
   * A worker with its lease.
   *
   * @param token of the lease
   */
  record Holder(UUID jobId, UUID token, Address worker) {}

  /**
   * How much of a file has come.
   *
   * @throws CodedException {@link RegistryError#LEASE_LOST}
   */
  UploadState state(Holder holder, ManifestFile file) {
    Instance instance = jobs.held(holder.jobId(), holder.token(), holder.worker());
    Destination destination = new OneFile(holder, instance.instanceId(), file.path());
    StoredFile stored = new StoredFile(file.sha256(), file.size());
    if (!destination.has(stored) && isOfBase(instance, file)) {
      destination.keep(stored);
    }
    return uploads.state(destination, stored);
  }

  /** A worker may read the base's files, so that it learns nothing here; they stay for good. */
  private boolean isOfBase(Instance instance, ManifestFile file) {
    return catalogue.get(instance.licence().modelId()).manifest().files().contains(file);
  }

  /**
   * Takes more of a file.
   *
   * @throws CodedException {@link RegistryError#LEASE_LOST}, and as {@link Uploads#append}
   */
  UploadState append(Holder holder, ManifestFile file, long offset, InputStream body) {
    Instance instance = jobs.held(holder.jobId(), holder.token(), holder.worker());
    return uploads.append(
        holder.worker(),
        new OneFile(holder, instance.instanceId(), file.path()),
        new StoredFile(file.sha256(), file.size()),
        offset,
        body);
  }

  /** The place of a file in an instance, written while the job is held. */
  private final class OneFile implements Destination {

    private final Holder holder;
    private final Bytes32 instanceId;
    private final String path;

    OneFile(Holder holder, Bytes32 instanceId, String path) {
      this.holder = holder;
      this.instanceId = instanceId;
      this.path = path;
    }

    @Override
    public Bytes32 id() {
      return instanceId;
    }

    @Override
    public boolean has(StoredFile file) {
      return instances.hasFile(instanceId, path, file);
    }

    @Override
    public void keep(StoredFile file) {
      jobs.whileHeld(
          holder.jobId(),
          holder.token(),
          holder.worker(),
          () -> instances.addFile(instanceId, path, file));
    }
  }
}
