import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** One node, which is a cluster of its own. Takes the folder for its data, and the ports of HTTP and of its own protocol. */
class OpenSearch extends Node {
    private OpenSearch(Settings settings) {
        super(new Environment(settings, null), List.of(Netty4Plugin.class), false);
    }

    public static void main(String[] arguments) throws Exception {
        new OpenSearch(Settings.builder()
            .put("path.home", arguments[0])
            .put("http.port", arguments[1])
            .put("transport.port", arguments[2])
            .put("network.host", "127.0.0.1")
            .put("node.name", "tests")
            .put("discovery.type", "single-node")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build()).start();
        Thread.currentThread().join();
    }
}
