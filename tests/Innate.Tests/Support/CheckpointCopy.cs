using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Compute;

namespace Innate.Tests.Support;

/// <summary>A fixture checkpoint with some of its config or tensors changed, in a temporary folder.</summary>
internal sealed class CheckpointCopy : IDisposable
{
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    public CheckpointCopy(string fixture)
    {
        string source = Path.Combine(Places.Fixtures, "models", fixture);
        Config = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!.AsObject();
        using Checkpoint checkpoint = Checkpoint.Open(source);
        foreach (TensorInfo tensor in checkpoint.Tensors.Values)
        {
            var bytes = new byte[tensor.Length];
            checkpoint.Read(tensor, 0, bytes);
            float[] values = tensor.Type == ElementType.Float32
                ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
                : [.. MemoryMarshal.Cast<byte,
                    ushort>(bytes).ToArray().Select(b => BitConverter.UInt32BitsToSingle((uint)b << 16))];
            _tensors[tensor.Name] = ([.. tensor.Shape], values);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("innate-copy").FullName;

    public JsonObject Config { get; }

    public float[] this[string tensor] => _tensors[tensor].Values;

    public void Add(string tensor, long[] shape, float[] values) => _tensors[tensor] = (shape, values);

    public void Remove(Predicate<string> tensors)
    {
        foreach (string name in _tensors.Keys.Where(n => tensors(n)).ToArray()) _tensors.Remove(name);
    }

    /// <summary>Writes the folder and gives it.</summary>
    public string Write(ElementType type = ElementType.Float32)
    {
        File.WriteAllText(Path.Combine(Folder, "config.json"),
            Config.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        using SafetensorsWriter writer = SafetensorsWriter.Create(
            Path.Combine(Folder, "model.safetensors"),
            [.. _tensors.Select(t => new TensorDeclaration(t.Key, type, t.Value.Shape))]);
        foreach ((string name, (_, float[] values)) in _tensors)
        {
            writer.Write(name, type switch
            {
                ElementType.Float32 => MemoryMarshal.AsBytes(values.AsSpan()),
                ElementType.Float16 => MemoryMarshal.AsBytes(values.Select(v => (Half)v).ToArray().AsSpan()),
                _ => MemoryMarshal.AsBytes(
                    values.Select(v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).ToArray().AsSpan()),
            });
        }

        writer.Complete();
        return Folder;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
