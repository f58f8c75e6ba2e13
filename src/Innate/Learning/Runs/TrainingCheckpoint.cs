using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Innate.Checkpoints;
using Innate.Learning.Optimization;
using Innate.Learning.Watching;

namespace Innate.Learning.Runs;

/// <summary>
/// A run's state after a step, in a folder of its own: the weights as a Hugging Face folder (or a PEFT adapter), the optimizer's
/// moments and float32 masters, the step, and the settings that decide every later bit. A folder gets its name only when all of
/// it is on the disk, so the newest one is always whole.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string StateFile = "training_state.json";
    private const string MomentsFile = "training_state.safetensors";
    private const string Prefix = "step-";

    /// <summary>The newest whole checkpoint of a run; null where there is none.</summary>
    /// <param name="checkpoints">The run's folder of checkpoints; may not exist.</param>
    public static string? Newest(string checkpoints) => All(checkpoints).LastOrDefault();

    /// <summary>The step after which a checkpoint was written.</summary>
    public static int StepOf(string folder) =>
        int.Parse(Path.GetFileName(folder)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>A digest of a checkpoint: of its state, which has the digests of its files.</summary>
    public static string DigestOf(string folder) => Digest.Whole(Path.Combine(folder, StateFile));

    /// <summary>Writes a checkpoint, and then deletes those before the newest few.</summary>
    /// <param name="checkpoints">The run's folder of checkpoints.</param>
    /// <param name="step">The step that is done.</param>
    /// <param name="unreported">Its numbers, where they are still to be reported; null: they have been.</param>
    /// <param name="settings">What decides the run's bits, by name.</param>
    /// <param name="weights">Moments and masters.</param>
    /// <param name="writeModel">Fills the folder with the model or its adapters.</param>
    /// <param name="keep">How many to keep; at least 1.</param>
    /// <exception cref="IOException">
    /// The disk is full, or the folder cannot be written; earlier checkpoints are whole.
    /// </exception>
    public static void Write(
        string checkpoints, int step, StepMetrics? unreported, IReadOnlyDictionary<string, string> settings,
        TrainedWeights weights,
        Action<string> writeModel, int keep)
    {
        string folder = Path.Combine(checkpoints, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:00000000}"));
        try
        {
            WholeFolder.Replace(folder, partial =>
            {
                writeModel(partial);
                WriteMoments(Path.Combine(partial, MomentsFile), weights);
                File.WriteAllBytes(Path.Combine(partial, StateFile), State(step, unreported, settings, partial));
                Durable.Flush(partial);
            });
        }
        catch (ArgumentOutOfRangeException e)
        {
            // What .NET makes of EFBIG: a file above the user's limit or the file system's, 4 GiB on a memory card.
            throw new IOException($"{folder}: a file is larger than the file system takes", e);
        }

        Durable.FlushFolder(checkpoints);
        foreach (string old in All(checkpoints).SkipLast(keep)) Delete(old);
    }

    /// <summary>Refuses a checkpoint of another run.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="settings">This run's settings.</param>
    /// <exception cref="InputException">
    /// Names the first setting that differs, by its property, or what cannot be read.
    /// </exception>
    public static void RequireSameRun(string folder, IReadOnlyDictionary<string, string> settings)
    {
        string file = Path.Combine(folder, StateFile);
        Dictionary<string, string> before = Read(file, state => state.GetProperty("settings").EnumerateObject()
            .ToDictionary(s => s.Name, s => s.Value.GetString()!, StringComparer.Ordinal));
        // Also what only the checkpoint has: a setting that is left out means another value too.
        foreach (string name in settings.Keys.Concat(before.Keys).Distinct())
        {
            string now = settings.GetValueOrDefault(name) ?? "nothing", then = before.GetValueOrDefault(name) ?? "nothing";
            if (then != now)
            {
                throw new InputException(name, $"{then} as in {file}", $"{now}: the checkpoint is of another run");
            }
        }
    }

    /// <summary>Refuses a checkpoint of which a bit has changed: the run would go on to other bits.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="InputException">A file is gone or holds other bytes.</exception>
    public static void RequireWhole(string folder)
    {
        string state = Path.Combine(folder, StateFile);
        Dictionary<string, string> files = Read(state, json => json.TryGetProperty("files", out JsonElement all)
            ? all.EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetString()!, StringComparer.Ordinal)
            : []); // written by an earlier version
        foreach ((string name, string written) in files)
        {
            string file = Path.Combine(folder, Path.GetFileName(name));
            string found = File.Exists(file) ? Digest.Whole(file) : "no file";
            if (found == written) continue;
            throw new InputException(
                $"{file}: expected the bytes that the run wrote (digest {written}), found {found}.");
        }
    }

    /// <summary>
    /// The numbers of a checkpoint's step, where the run was stopped before they were reported; null: they were.
    /// </summary>
    /// <exception cref="InputException">The state cannot be read.</exception>
    public static StepMetrics? Unreported(string folder) => Read(Path.Combine(folder, StateFile), state =>
        state.GetProperty("untold") is { ValueKind: JsonValueKind.Object } unreported
            ? new StepMetrics(StepOf(folder), unreported.EnumerateObject().Select(m => (m.Name, m.Value.GetDouble())))
            : null);

    /// <summary>Reads moments and masters back, and brings the model's own copies up to the masters.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape.</exception>
    public static void ReadMoments(string folder, TrainedWeights weights, Compute.IKernels kernels)
    {
        using Checkpoint state = Checkpoint.OpenFile(Path.Combine(folder, MomentsFile));
        foreach (TrainedParameter p in weights.Parameters)
        {
            p.ReadState(state);
            p.Publish(kernels);
        }
    }

    /// <summary>Deletes what an interrupted writer left behind.</summary>
    /// <param name="folder">The run's folder of checkpoints, or of its final model; may not exist.</param>
    /// <param name="of">Of folders of which name; null: of any.</param>
    public static void DeletePartial(string folder, string? of = null)
    {
        if (!Directory.Exists(folder)) return;
        string pattern = of is null ? "*.partial" : $"{of}.*.partial";
        foreach (string partial in Directory.GetDirectories(folder, pattern)) Directory.Delete(partial, recursive: true);
    }

    private static string[] All(string checkpoints) => !Directory.Exists(checkpoints)
        ? []
        : [.. Directory.GetDirectories(checkpoints, $"{Prefix}*")
            .Where(d => IsStep(Path.GetFileName(d)) && File.Exists(Path.Combine(d, StateFile)))
            .Order(StringComparer.Ordinal)];

    // A copy that someone made beside it, "step-00000100-good", is theirs.
    private static bool IsStep(string name) =>
        name[Prefix.Length..] is { Length: 8 } digits && digits.All(char.IsAsciiDigit);

    // Renamed first: a folder that is deleted halfway must not look whole.
    private static void Delete(string folder)
    {
        string partial = $"{folder}.partial";
        Directory.Move(folder, partial);
        Directory.Delete(partial, recursive: true);
    }

    private static void WriteMoments(string file, TrainedWeights weights)
    {
        using SafetensorsWriter writer =
            SafetensorsWriter.Create(file, [.. weights.Parameters.SelectMany(p => p.StateTensors())]);
        foreach (TrainedParameter p in weights.Parameters) p.WriteState(writer);
        writer.Complete();
    }

    private static byte[] State(
        int step, StepMetrics? unreported, IReadOnlyDictionary<string, string> settings, string folder) =>
        JsonBytes.Indented(new JsonObject
        {
            ["step"] = step,
            ["untold"] = unreported is null
                ? null
                : new JsonObject(unreported.Values.Where(m => double.IsFinite(m.Value))
                    .Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Value))),
            ["files"] = new JsonObject(Directory.GetFiles(folder).Order(StringComparer.Ordinal)
                .Select(f => KeyValuePair.Create(Path.GetFileName(f), (JsonNode?)Digest.Whole(f)))),
            ["settings"] = new JsonObject(settings.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value))),
        });

    private static T Read<T>(string file, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
            return read(json.RootElement);
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or InvalidOperationException or FileNotFoundException)
        {
            throw new InputException($"{file}: expected a training checkpoint's state, found something else.", e);
        }
    }
}
