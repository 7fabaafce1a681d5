import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Conversions;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Takes a line per record, of words in Base64: format, payload, and the schemas it needs. Answers each with a line of JSON: the value as
 * Java has it, where a scalar is the name of its class and its text.
 */
class Readers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonConverter CONVERTER = new JsonConverter();
    private static final GenericData AVRO = new GenericData();

    public static void main(String[] arguments) throws Exception {
        CONVERTER.configure(Map.of("schemas.enable", "true"), false);
        AVRO.addLogicalTypeConversion(new Conversions.DecimalConversion());
        AVRO.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        PrintStream answers = new PrintStream(System.out, true, UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            List<byte[]> words = Arrays.stream(line.split(" ", -1)).map(Base64.getDecoder()::decode).toList();
            answers.println(answer(new String(words.get(0), UTF_8), words.get(1), words.subList(2, words.size())));
        }
    }

    /** An empty line where a record cannot be read; why is printed among the errors. */
    private static String answer(String format, byte[] payload, List<byte[]> schemas) {
        try {
            return JSON.writeValueAsString(read(format, payload, schemas));
        } catch (Exception error) {
            error.printStackTrace();
            return "";
        }
    }

    private static Object read(String format, byte[] payload, List<byte[]> schemas) throws Exception {
        switch (format) {
            case "JSON": return json(payload);
            case "AVRO": return shown(avro(payload, new String(schemas.get(0), UTF_8), new String(schemas.get(1), UTF_8)));
            case "PROTOBUF": return shown(DynamicMessage.parseFrom(firstMessage(schemas.get(0)), payload));
            default: throw new IllegalArgumentException(format);
        }
    }

    private static Object json(byte[] payload) {
        SchemaAndValue read = CONVERTER.toConnectData("topic", payload);
        return Arrays.asList(described(read.schema()), shown(read.value()));
    }

    private static Object avro(byte[] payload, String written, String wanted) throws Exception {
        GenericDatumReader<Object> reader = new GenericDatumReader<>(
            new org.apache.avro.Schema.Parser().parse(written), new org.apache.avro.Schema.Parser().parse(wanted), AVRO);
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(ofUnknownLength(payload), null);
        Object value = reader.read(null, decoder);
        if (!decoder.isEnd())
            throw new IOException("the payload goes on after the value");
        return value;
    }

    /**
     * Avro 1.12.2 compares what is left of an array's bytes with what the elements take in the wanted schema instead of the written one, and
     * refuses an array of int where double is wanted, unless it cannot know what is left.
     */
    private static InputStream ofUnknownLength(byte[] payload) {
        return new FilterInputStream(new ByteArrayInputStream(payload)) {
            @Override
            public int available() {
                return 0;
            }
        };
    }

    /** Of the last file of a set; the files that a file imports stand before it. */
    private static Descriptor firstMessage(byte[] set) throws Exception {
        Map<String, FileDescriptor> files = new HashMap<>();
        FileDescriptor last = null;
        for (FileDescriptorProto each : FileDescriptorSet.parseFrom(set).getFileList()) {
            FileDescriptor[] imported = each.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
            last = FileDescriptor.buildFrom(each, imported);
            files.put(each.getName(), last);
        }
        return last.getMessageTypes().get(0);
    }

    private static String described(Schema schema) {
        String type = schema.type() + (schema.isOptional() ? "?" : "") + (schema.name() == null ? "" : " " + schema.name());
        String parameters = schema.parameters() == null ? "" : " " + schema.parameters();
        switch (schema.type()) {
            case STRUCT: return type + schema.fields().stream().map(Readers::described).collect(Collectors.joining(", ", "{", "}"));
            case ARRAY: return type + "[" + described(schema.valueSchema()) + "]";
            case MAP: return type + "[" + described(schema.keySchema()) + ": " + described(schema.valueSchema()) + "]";
            default: return type + parameters + (schema.defaultValue() == null ? "" : " = " + schema.defaultValue());
        }
    }

    private static String described(Field field) {
        return field.name() + " " + described(field.schema());
    }

    private static Object shown(Object value) {
        if (value instanceof Struct struct)
            return named(struct.schema().fields().stream().map(Field::name).toList(), struct::get);
        if (value instanceof GenericRecord record)
            return named(record.getSchema().getFields().stream().map(org.apache.avro.Schema.Field::name).toList(), record::get);
        if (value instanceof DynamicMessage message)
            return message(message, message.getDescriptorForType());
        if (value instanceof Collection<?> items)
            return items.stream().map(Readers::shown).collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
        if (value instanceof Map<?, ?> entries)
            return entries(entries);
        return value == null ? null : scalar(value);
    }

    private static String scalar(Object value) {
        if (value instanceof CharSequence)
            return "String " + value;
        if (value instanceof Date time)
            return "Date " + time.toInstant();
        if (value instanceof byte[] bytes)
            return "Bytes " + HexFormat.of().formatHex(bytes);
        return value.getClass().getSimpleName() + " " + value;
    }

    private static Object message(DynamicMessage message, Descriptor type) {
        if (type.getFullName().equals("confluent.type.Decimal"))
            return decimal(message, type);
        if (type.getFile().getName().equals("google/protobuf/wrappers.proto"))
            return shown(message.getField(type.findFieldByName("value")));
        return fields(message, type);
    }

    /** A field that can say that it is not set is null then. */
    private static Object fields(DynamicMessage message, Descriptor type) {
        Map<String, Object> shown = new LinkedHashMap<>();
        for (FieldDescriptor each : type.getFields())
            shown.put(each.getName(), each.hasPresence() && !message.hasField(each) ? null : shown(message.getField(each)));
        return shown;
    }

    private static String decimal(DynamicMessage message, Descriptor type) {
        byte[] digits = ((ByteString) message.getField(type.findFieldByName("value"))).toByteArray();
        return scalar(new BigDecimal(new BigInteger(digits), (Integer) message.getField(type.findFieldByName("scale"))));
    }

    private static Object entries(Map<?, ?> map) {
        Map<String, Object> shown = new LinkedHashMap<>();
        map.forEach((key, value) -> shown.put(scalar(key), shown(value)));
        return shown;
    }

    private static Object named(Collection<String> names, Function<String, ?> value) {
        Map<String, Object> shown = new LinkedHashMap<>();
        names.forEach(name -> shown.put(name, shown(value.apply(name))));
        return shown;
    }
}
