namespace Innate.Checkpoints.Gguf;

/// <summary>The Hugging Face folder that a GGUF file stands for.</summary>
internal sealed class GgufFolder
{
    public IReadOnlyList<string> Files => throw new NotImplementedException();

    public IReadOnlyList<string> Names => throw new NotImplementedException();

    public IReadOnlyList<TensorInfo> Tensors => throw new NotImplementedException();

    public static GgufFolder Open(string path) => throw new NotImplementedException();

    public byte[]? Read(string name) => throw new NotImplementedException();
}
