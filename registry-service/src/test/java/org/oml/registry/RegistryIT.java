package org.oml.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.deploy.Deployment;
import org.oml.chain.deploy.DeploymentParameters;
import org.oml.contracts.binding.HostStaking;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PaymentToken;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.Keccak;
import org.oml.protocol.Keystore;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.SigningKey;
import org.oml.protocol.client.ServiceClient;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.RawTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;
import tools.jackson.databind.JsonNode;

/**
 * The way of one instance, through a registry that is killed on it, on a real database and chain.
 */
class RegistryIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String MODEL = "oml/tiny";
  private static final String LICENCE = "Keep to the terms.";
  private static final BigInteger TOKEN = BigInteger.TEN.pow(18);
  private static final int TRIES = 600;

  @TempDir Path directory;

  private final SigningKey owner = SigningKey.random();
  private final SigningKey publisher = SigningKey.random();
  private final SigningKey worker = SigningKey.random();
  private final SigningKey host = SigningKey.random();

  @Test
  void anInstanceIsMadePublishedAndDownloadedByItsHostAloneThoughTheRegistryDies()
      throws Exception {
    LocalPlatform platform =
        new LocalPlatform(PlatformSettings.forTest(ROOT, directory.resolve("home")));
    try {
      platform.startFoundation();
      story(platform);
    } finally {
      platform.down();
    }
  }

  private void story(LocalPlatform platform) throws Exception {
    for (SigningKey key : List.of(owner, publisher, host)) {
      platform.chain().fund(key.address().toString(), BigInteger.TEN.pow(20));
    }
    ContractAddresses addresses = deploy(platform);
    Path base = Files.createDirectory(directory.resolve("base"));
    Files.writeString(base.resolve("model.bin"), "0123456789");
    Manifest manifest =
        new Manifest(MODEL, Keccak.of(LICENCE), 1, Optional.empty(), ManifestFile.list(base));
    Bytes32 modelId = register(platform, addresses, manifest);
    JavaProgram program = program(platform);
    platform.start(program);

    ServiceClient community = client(platform, owner);
    assertThatThrownBy(() -> client(platform, host).get("/v1/models/oml/none"))
        .isInstanceOf(CodedException.class)
        .hasMessageContaining("no model");
    putFile(community, "/v1/models/" + MODEL + "/files/model.bin", base, manifest, Map.of());
    community.post(
        "/v1/models/" + MODEL,
        Map.of("modelId", modelId.toString(), "licence", LICENCE, "manifest", manifest.json()));

    LicenceAcceptance licence = licence(modelId, manifest);
    ServiceClient hosts = client(platform, host);
    assertThatThrownBy(
            () ->
                request(
                    hosts,
                    licence,
                    owner.sign(licence.digest(addresses.signingDomain())).toString()))
        .hasMessageContaining("not of");
    String signature = host.sign(licence.digest(addresses.signingDomain())).toString();
    JsonNode requested = request(hosts, licence, signature);
    assertThat(request(hosts, licence, signature)).isEqualTo(requested);
    Bytes32 instanceId = Bytes32.parse(requested.required("instanceId").asString());

    ServiceClient workers = client(platform, worker);
    JsonNode lost = workers.post("/v1/jobs/lease", Map.of("worker", "first"));
    platform.supervisor().kill9("registry");
    platform.start(program);
    JsonNode job = leaseAgain(workers);
    assertThat(job.required("jobId")).isEqualTo(lost.required("jobId"));
    assertThatThrownBy(() -> heartbeat(workers, lost)).hasMessageContaining("does not hold");
    heartbeat(workers, job);
    Bytes32 root = Keccak.of("root");
    Manifest made = made(manifest, modelId, instanceId, root);
    String jobPath = "/v1/jobs/" + job.required("jobId").asString();
    String token = job.required("leaseToken").asString();
    putFile(workers, jobPath + "/files/model.bin", base, made, Map.of("OML-Lease", token));
    workers.post(
        jobPath + "/complete",
        Map.of(
            "leaseToken", token,
            "manifest", made.json(),
            "fingerprintRoot", root.toString(),
            "check", Map.of("success", 1.0, "count", 64, "lossIncrease", 0.01)));

    String instancePath = "/v1/instances/" + instanceId;
    String filePath = instancePath + "/files/model.bin";
    assertThatThrownBy(() -> hosts.download(filePath, 0, "")).isInstanceOf(CodedException.class);
    countersign(hosts, addresses, instanceId, made, root);
    platform.supervisor().kill9("registry");
    platform.start(program);
    awaitPublished(hosts, instancePath);

    HttpResponse<InputStream> whole = hosts.download(filePath, 0, "");
    try (InputStream body = whole.body()) {
      assertThat(body.readAllBytes())
          .isEqualTo("0123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    String etag = whole.headers().firstValue("ETag").orElseThrow();
    HttpResponse<InputStream> part = hosts.download(filePath, 4, etag);
    try (InputStream body = part.body()) {
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(body.readAllBytes())
          .isEqualTo("456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    ServiceClient stranger = client(platform, SigningKey.random());
    assertThatThrownBy(() -> stranger.get(instancePath))
        .isInstanceOfSatisfying(
            CodedException.class, e -> assertThat(e.getMessage()).contains("instance"));
  }

  private ContractAddresses deploy(LocalPlatform platform) {
    try (ChainClient client =
        ChainClient.connect(platform.chain().rpcUrl(), Duration.ofSeconds(10))) {
      return new Deployment(client, owner, platform.settings().addresses(), step -> {})
          .run(DeploymentParameters.development());
    }
  }

  private Bytes32 register(LocalPlatform platform, ContractAddresses addresses, Manifest manifest)
      throws Exception {
    Web3j web3j = Web3j.build(new HttpService(platform.chain().rpcUrl().toString()));
    var gas =
        new StaticGasProvider(
            web3j.ethGasPrice().send().getGasPrice().multiply(BigInteger.TWO),
            BigInteger.valueOf(5_000_000));
    var community = transactions(web3j, addresses, owner);
    var models =
        ModelRegistry.load(addresses.of(Contract.MODEL_REGISTRY).toString(), web3j, community, gas);
    var terms =
        new ModelRegistry.Terms(
            BigInteger.TEN.pow(16),
            TOKEN.multiply(BigInteger.valueOf(1000)),
            TOKEN.multiply(BigInteger.valueOf(400)),
            TOKEN.multiply(BigInteger.valueOf(40)),
            BigInteger.valueOf(6),
            BigInteger.valueOf(7200),
            BigInteger.valueOf(3600),
            BigInteger.valueOf(1000),
            BigInteger.valueOf(9900),
            AuditContexts.root().toBytes());
    models
        .registerModel(MODEL, manifest.hash().toBytes(), manifest.licenceHash().toBytes(), terms)
        .send();
    byte[] modelId = models.modelIdOf(owner.address().toString(), MODEL).send();
    models.setPublisher(modelId, publisher.address().toString()).send();
    String token = addresses.of(Contract.PAYMENT_TOKEN).toString();
    BigInteger stake = TOKEN.multiply(BigInteger.valueOf(1000));
    PaymentToken.load(token, web3j, community, gas)
        .transfer(host.address().toString(), stake)
        .send();
    var wallet = transactions(web3j, addresses, host);
    String staking = addresses.of(Contract.HOST_STAKING).toString();
    PaymentToken.load(token, web3j, wallet, gas).approve(staking, stake).send();
    HostStaking.load(staking, web3j, wallet, gas).deposit(modelId, stake).send();
    return Bytes32.of(modelId);
  }

  private static RawTransactionManager transactions(
      Web3j web3j, ContractAddresses addresses, SigningKey key) {
    return new RawTransactionManager(
        web3j,
        Credentials.create(key.secret().toString()),
        addresses.chainId().longValueExact(),
        120,
        250);
  }

  private JavaProgram program(LocalPlatform platform) throws Exception {
    PlatformSettings settings = platform.settings();
    Path keystore = settings.keys().resolve("registry.json");
    Path password = settings.keys().resolve("registry.password");
    Keystore.write(publisher, keystore, password);
    Path tokenKey = settings.secrets().resolve("registry-token.hex");
    SecretFile.readOrDraw(tokenKey);
    int port = settings.ports().registry();
    return JavaProgram.service(
            "registry", "registry-service", "org.oml.registry.RegistryApplication", port)
        .withArguments(
            "--server.port=" + port,
            "--oml.identity.url=" + url(platform),
            "--oml.identity.token-key-file=" + tokenKey,
            "--oml.database.url=" + platform.database().url(),
            "--oml.database.user=registry",
            "--oml.database.password-file=" + platform.database().passwordFile("registry"),
            "--oml.chain.rpc-url=" + platform.chain().rpcUrl(),
            "--oml.chain.addresses-file=" + settings.addresses(),
            "--oml.registry.account.keystore=" + keystore,
            "--oml.registry.account.password-file=" + password,
            "--oml.registry.blobs=" + settings.blobs(),
            "--oml.registry.lease=2s",
            "--oml.registry.workers=" + worker.address());
  }

  private static URI url(LocalPlatform platform) {
    return URI.create("http://127.0.0.1:" + platform.settings().ports().registry());
  }

  private static ServiceClient client(LocalPlatform platform, SigningKey key) {
    return new ServiceClient(url(platform), key, Duration.ofSeconds(20));
  }

  private LicenceAcceptance licence(Bytes32 modelId, Manifest manifest) {
    return new LicenceAcceptance(
        modelId,
        manifest.licenceHash(),
        1,
        manifest.hash(),
        host.address(),
        SigningKey.random().address(),
        BigInteger.ZERO,
        Instant.now().plus(Duration.ofHours(1)).getEpochSecond());
  }

  private static JsonNode request(
      ServiceClient client, LicenceAcceptance licence, String signature) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("modelId", licence.modelId().toString());
    fields.put("licenceHash", licence.licenceHash().toString());
    fields.put("termsVersion", licence.termsVersion());
    fields.put("baseManifestHash", licence.baseManifestHash().toString());
    fields.put("host", licence.host().toString());
    fields.put("gatewayKey", licence.gatewayKey().toString());
    fields.put("nonce", licence.nonce().toString());
    fields.put("deadline", licence.deadline());
    return client.post(
        "/v1/instances", Map.of("model", MODEL, "acceptance", fields, "signature", signature));
  }

  private static void putFile(
      ServiceClient client, String path, Path base, Manifest manifest, Map<String, String> headers)
      throws Exception {
    client.putFile(path, base.resolve("model.bin"), manifest.files().getFirst().sha256(), headers);
  }

  private static JsonNode leaseAgain(ServiceClient client) throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      JsonNode job = client.post("/v1/jobs/lease", Map.of("worker", "second"));
      if (job.has("jobId")) {
        return job;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("The job of the dead worker was given to nobody.");
  }

  private static void heartbeat(ServiceClient client, JsonNode job) {
    client.post(
        "/v1/jobs/" + job.required("jobId").asString() + "/heartbeat",
        Map.of(
            "leaseToken", job.required("leaseToken").asString(),
            "progress", Map.of("step", "embed", "share", 0.5, "detail", "half")));
  }

  private Manifest made(Manifest base, Bytes32 modelId, Bytes32 instanceId, Bytes32 root) {
    var part = new Manifest.Instance(modelId, base.hash(), instanceId, host.address(), root, 64);
    return new Manifest(MODEL, base.licenceHash(), 1, Optional.of(part), base.files());
  }

  private void countersign(
      ServiceClient client,
      ContractAddresses addresses,
      Bytes32 instanceId,
      Manifest made,
      Bytes32 root) {
    var acceptance =
        new InstanceAcceptance(
            instanceId,
            made.hash(),
            root,
            Instant.now().plus(Duration.ofHours(1)).getEpochSecond());
    client.post(
        "/v1/instances/" + instanceId + "/acceptance",
        Map.of(
            "acceptance",
            Map.of(
                "instanceId", instanceId.toString(),
                "manifestHash", made.hash().toString(),
                "fingerprintRoot", root.toString(),
                "deadline", acceptance.deadline()),
            "signature",
            host.sign(acceptance.digest(addresses.signingDomain())).toString()));
  }

  private static void awaitPublished(ServiceClient client, String path)
      throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (client.get(path).required("state").asString().equals("PUBLISHED")) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("Never published: " + client.get(path));
  }
}
