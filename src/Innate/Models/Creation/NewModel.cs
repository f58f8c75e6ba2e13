using Innate.Checkpoints;
using Innate.Compute;
using Innate.Text.Tokenization;

namespace Innate.Models.Creation;

/// <summary>What was made.</summary>
/// <param name="Config">The model's shape.</param>
/// <param name="Parameters">Numbers in its weights.</param>
/// <param name="Tokens">Tokens of its tokenizer; at most the shape's vocabulary.</param>
internal sealed record NewModelResult(ModelConfig Config, long Parameters, int Tokens);

/// <summary>
/// Makes a Hugging Face checkpoint folder with random weights: config.json, generation_config.json, model.safetensors,
/// tokenizer.json, tokenizer_config.json. The same options give the same bytes on any machine.
/// </summary>
/// <remarks>
/// Matrices are normal with standard deviation 0.02, those that write to the residual stream divided by sqrt(2 layers) besides
/// (GPT-2: Radford et al. 2019, section 2.3); norms begin at 1, biases at 0.
/// </remarks>
internal static class NewModel
{
    private const double Deviation = 0.02;
    private const int ChunkElements = 1 << 16;

    /// <summary>Makes the folder; it gets its name only when it is whole.</summary>
    /// <param name="options">The shape.</param>
    /// <param name="folder">Where: must not exist, or be empty.</param>
    /// <param name="cancellation">Stops between pieces; nothing is left then.</param>
    /// <exception cref="InputException">
    /// Options out of range (all are named), a folder that holds something, or text that cannot be read.
    /// </exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static NewModelResult Create(NewModelOptions options, string folder, CancellationToken cancellation = default)
    {
        IReadOnlyList<InputProblem> problems = options.Problems();
        if (problems.Count > 0) throw new InputException(problems);
        WholeFolder.RequireFree(folder);
        NewTokenizer tokenizer = options.TokenizerData is null
            ? NewTokenizer.OfBytes()
            : NewTokenizer.Train(TrainingText.Read(options.TokenizerData), options.Vocabulary, cancellation);
        byte[] configJson = NewModelConfig.Config(options, tokenizer);
        ModelConfig config = ModelConfigReader.Parse(configJson);
        IReadOnlyList<ModelTensor> tensors = ModelTensors.Of(config);

        WholeFolder.Write(folder, partial =>
        {
            File.WriteAllBytes(Path.Combine(partial, "config.json"), configJson);
            File.WriteAllBytes(Path.Combine(partial, "generation_config.json"), NewModelConfig.Generation(tokenizer));
            File.WriteAllBytes(Path.Combine(partial, "tokenizer.json"), tokenizer.TokenizerJson());
            File.WriteAllBytes(
                Path.Combine(partial, "tokenizer_config.json"), NewTokenizer.ConfigJson(options.MaxPositions));
            WriteWeights(Path.Combine(partial, "model.safetensors"), tensors, config, options, cancellation);
        });
        return new NewModelResult(config, tensors.Sum(t => t.Count), tokenizer.Count);
    }

    private static void WriteWeights(
        string file, IReadOnlyList<ModelTensor> tensors, ModelConfig config, NewModelOptions options,
        CancellationToken cancellation)
    {
        double residual = Deviation / Math.Sqrt(2.0 * config.LayerCount);
        using SafetensorsWriter writer = SafetensorsWriter.Create(
            file, [.. tensors.Select(t => new TensorDeclaration(t.Name, options.Type, t.Shape))]);
        float[] values = new float[ChunkElements];
        byte[] bytes = new byte[ChunkElements * sizeof(float)];
        foreach (ModelTensor tensor in tensors)
        {
            NormalNumbers normal = new(options.Seed, tensor.Name);
            long count = tensor.Count;
            for (long start = 0; start < count; start += ChunkElements)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<float> chunk = values.AsSpan(0, (int)Math.Min(ChunkElements, count - start));
                for (int i = 0; i < chunk.Length; i++)
                {
                    chunk[i] = tensor.Role switch
                    {
                        TensorRole.Norm => 1 - config.RmsNormWeightOffset,
                        TensorRole.Bias => 0,
                        TensorRole.ResidualOutput => (float)(residual * normal[start + i]),
                        _ => (float)(Deviation * normal[start + i]),
                    };
                }

                Span<byte> stored = bytes.AsSpan(0, chunk.Length * ElementTypes.SizeOf(options.Type));
                ElementTypes.Narrow(chunk, stored, options.Type);
                writer.Write(tensor.Name, stored);
            }
        }

        writer.Complete();
    }
}
