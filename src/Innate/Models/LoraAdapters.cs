using System.Runtime.InteropServices;
using System.Text;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;
using Innate.Layers;

namespace Innate.Models;

/// <summary>Low-rank adapters (LoRA, arXiv 2106.09685) on a model's linear maps: fitted, read, written, merged.</summary>
public sealed class LoraAdapters
{
    private readonly CausalLanguageModel _model;
    private readonly List<(LinearMap Map, LoraAdapter Adapter)> _adapters = [];

    private LoraAdapters(CausalLanguageModel model, AdapterConfig config) => (_model, Config) = (model, config);

    /// <summary>Rank, alpha, dropout, targets.</summary>
    public AdapterConfig Config { get; }

    /// <summary>A and B of every adapted map, under PEFT's names.</summary>
    public IReadOnlyList<ModelParameter> Parameters { get; private set; } = [];

    /// <summary>False computes with the model's own weights alone.</summary>
    public bool Enabled
    {
        set
        {
            foreach ((_, LoraAdapter adapter) in _adapters) adapter.Enabled = value;
        }
    }

    /// <summary>
    /// Puts fresh adapters on the maps that the config targets: A uniform in +-1/sqrt(inputs), as PEFT begins, and B zero, so
    /// that the model is at first unchanged.
    /// </summary>
    /// <param name="model">A model without adapters.</param>
    /// <param name="config">Rank, alpha, dropout, targets.</param>
    /// <param name="seed">Decides A.</param>
    /// <exception cref="InputException">No map is targeted, or a target names none.</exception>
    public static LoraAdapters Attach(CausalLanguageModel model, AdapterConfig config, ulong seed)
    {
        RequireTargets(model, config);
        var adapters = new LoraAdapters(model, config);
        adapters.Fit(module =>
        {
            (int inputs, int outputs) = (module.First().Map.Weight.Columns, module.First().ModuleOutputs);
            ulong key = Key(seed, module.Key);
            float bound = (float)(1 / Math.Sqrt(inputs));
            var a = new float[config.Rank * inputs];
            for (int i = 0; i < a.Length; i++) a[i] = bound * (((RandomBits.Mix(key, (ulong)i) >> 40) * (1f / (1 << 23))) - 1);
            return new AdapterTensor(module.Key, inputs, outputs, a, new float[outputs * config.Rank]);
        });
        return adapters;
    }

    /// <summary>Puts adapters from a PEFT folder on a model; of a classifier's they bring the head.</summary>
    /// <param name="model">A model without adapters.</param>
    /// <param name="folder">adapter_config.json and adapter_model.safetensors.</param>
    /// <exception cref="InputException">The folder cannot be read, or fits another model.</exception>
    public static LoraAdapters Load(CausalLanguageModel model, string folder)
    {
        AdapterFile file = AdapterFile.Open(folder);
        if (AdapterPlan.NotBeside(file, model.Config.IsClassifier) is { } name)
        {
            throw new InputException(
                $"{folder}: {AdapterFile.WeightsName}: tensor '{name}': expected adapters of the layers' maps alone, "
                + "which a loaded model can take, found one of its own weights: load the model with its adapter.");
        }

        AdapterPlan.Of(file, model.Config);
        HeadTensors.Read(model, file);
        return Fit(model, file);
    }

    /// <summary>Puts the adapters of the layers' maps, which fit the model, beside them.</summary>
    internal static LoraAdapters Fit(CausalLanguageModel model, AdapterFile file)
    {
        Dictionary<string, AdapterModule> modules = file.Modules.ToDictionary(m => m.Path, StringComparer.Ordinal);
        var adapters = new LoraAdapters(model, file.Config);
        adapters.Fit(
            module => modules.TryGetValue(module.Key, out AdapterModule? found) ? file.Read(found) : null, file.File);
        return adapters;
    }

    /// <summary>Computes with these adapters switched off; where there are none, as it is.</summary>
    public static T Without<T>(LoraAdapters? adapters, Func<T> compute)
    {
        adapters?.Enabled = false;
        try
        {
            return compute();
        }
        finally
        {
            adapters?.Enabled = true;
        }
    }

    /// <summary>Writes the adapters in PEFT's format.</summary>
    /// <param name="folder">A new or empty folder, which appears whole.</param>
    /// <exception cref="InvalidOperationException">They were read in a form of PEFT's that Innate does not write.</exception>
    public void Save(string folder)
    {
        if (!Config.IsPlain) throw new InvalidOperationException("adapters in a form that is read and not written");
        AdapterFolder.Write(
            folder, Config, [.. Modules()], Config.Task == AdapterTask.Language ? null : HeadTensors.Of(_model));
    }

    /// <summary>
    /// W += scale B A for every adapted map, or what its adapter is otherwise; the adapters are taken off.
    /// </summary>
    /// <exception cref="InputException">An adapter has a bias, and its map has none that could take it.</exception>
    public void Merge()
    {
        if (_adapters.FirstOrDefault(a => a.Adapter.BiasB is not null && a.Map.Map.Bias is null) is { Map: { } without })
        {
            throw new InputException(
                $"module '{without.Module}': expected a bias in the model, which could take the adapter's (lora_bias), found "
                + "none: such an adapter cannot be merged.");
        }

        foreach ((LinearMap map, LoraAdapter adapter) in _adapters)
        {
            Merge(map.Map.Weight, adapter);
            for (int i = 0; i < adapter.BiasB?.Length; i++) map.Map.Bias![i] += adapter.Scale * adapter.BiasB[i];
            map.Map.Adapter = null;
        }

        // After the last: the parts of a fused map share A.
        foreach ((_, LoraAdapter adapter) in _adapters) adapter.Dispose();

        _adapters.Clear();
        Parameters = [];
    }

    private static void RequireTargets(CausalLanguageModel model, AdapterConfig config)
    {
        string[] names = [.. model.Maps.Select(m => m.Module[(m.Module.LastIndexOf('.') + 1)..]).Distinct()];
        string[] unknown = config.TargetModules is [AdapterConfig.AllLinear]
            ? []
            : [.. config.TargetModules.Where(t => !model.Maps.Any(m => (config with { TargetModules = [t] }).Targets(m.Module)))];
        if (unknown.Length > 0)
        {
            throw new InputException(
                $"LoRA targets: expected {AdapterConfig.AllLinear} or some of {string.Join(", ", names)}, "
                + $"found {string.Join(", ", unknown)}.");
        }
    }

    private static ulong Key(ulong seed, string module)
    {
        ulong key = RandomBits.Mix(seed, 0x10ad);
        foreach (byte b in Encoding.UTF8.GetBytes(module)) key = RandomBits.Mix(key, b);
        return key;
    }

    private void Fit(Func<IGrouping<string, LinearMap>, AdapterTensor?> tensorOf, string file = "")
    {
        List<ModelParameter> parameters = [];
        foreach (IGrouping<string, LinearMap> module in _model.Maps.Where(m => Config.Targets(m.Module)).GroupBy(m => m.Module))
        {
            if (tensorOf(module) is not { } tensor) continue;
            (int rank, double scale) = (tensor.Rank, Config.ScaleOf(module.Key));
            // The parts of a fused map share A and have rows of B each.
            PackedWeight a = Pack(tensor.A, rank, tensor.Inputs);
            parameters.Add(Parameter(module.Key, "A", a, rank, 0));
            foreach (LinearMap part in module.OrderBy(m => m.FirstOutput))
            {
                ReadOnlySpan<float> rows = tensor.B.AsSpan(part.FirstOutput * rank, part.Map.Outputs * rank);
                PackedWeight b = Pack(rows, part.Map.Outputs, rank);
                parameters.Add(Parameter(module.Key, "B", b, part.ModuleOutputs, part.FirstOutput));
                part.Map.Adapter = new LoraAdapter(a, b, (float)scale)
                {
                    Dropout = (float)Config.Dropout,
                    Salt = Key(0, module.Key),
                    BiasB = tensor.BiasB?[part.FirstOutput..(part.FirstOutput + part.Map.Outputs)],
                    Gain = tensor.Magnitude is null ? null : Gains(part, new LowRankRows(tensor, scale, file)),
                };
                _adapters.Add((part, part.Map.Adapter));
            }
        }

        Parameters = parameters;
    }

    // Once and for all: the adapters that have gains are not trained.
    private float[] Gains(LinearMap part, LowRankRows rows)
    {
        PackedWeight weight = part.Map.Weight;
        var gains = new float[weight.Rows];
        WeightReader.ForEach(weight.Panels, _model.Kernels.Threads, panel =>
        {
            var row = new float[weight.Columns];
            var sum = new double[weight.Columns];
            for (int o = panel * ITile.Width; o < Math.Min((panel + 1) * ITile.Width, weight.Rows); o++)
            {
                weight.CopyRow(o, row);
                gains[o] = (float)rows.Sum(part.FirstOutput + o, row, sum);
            }
        });
        return gains;
    }

    private static ModelParameter Parameter(string module, string which, PackedWeight weight, int tensorRows, int firstRow) =>
        new($"base_model.model.{module}.lora_{which}.weight", ElementType.Float32, weight.Rows, weight.Columns)
        {
            TensorRows = tensorRows,
            FirstRow = firstRow,
            Matrix = weight,
        };

    private static PackedWeight Pack(ReadOnlySpan<float> values, int rows, int columns)
    {
        var weight = new PackedWeight(rows, columns, ElementType.Float32);
        for (int panel = 0; panel < weight.Panels; panel++)
        {
            int first = panel * ITile.Width * columns;
            weight.SetPanel(panel, MemoryMarshal.AsBytes(values.Slice(first, weight.RowsInPanel(panel) * columns)));
        }

        return weight;
    }

    private IEnumerable<AdapterTensor> Modules()
    {
        foreach (IGrouping<string, (LinearMap Map, LoraAdapter Adapter)> module in _adapters.GroupBy(a => a.Map.Module))
        {
            (LinearMap Map, LoraAdapter Adapter)[] parts = [.. module.OrderBy(p => p.Map.FirstOutput)];
            yield return new AdapterTensor(
                module.Key, parts[0].Map.Map.Weight.Columns, parts[0].Map.ModuleOutputs, Unpack(parts[0].Adapter.A),
                [.. parts.SelectMany(p => Unpack(p.Adapter.B))]);
        }
    }

    private static float[] Unpack(PackedWeight weight)
    {
        var values = new float[weight.Rows * weight.Columns];
        for (int row = 0; row < weight.Rows; row++) weight.CopyRow(row, values.AsSpan(row * weight.Columns, weight.Columns));
        return values;
    }

    private static void Merge(PackedWeight weight, LoraAdapter adapter)
    {
        float[] a = Unpack(adapter.A), b = Unpack(adapter.B);
        int rank = adapter.A.Rows, columns = weight.Columns;
        var row = new float[columns];
        for (int panel = 0; panel < weight.Panels; panel++)
        {
            int rows = weight.RowsInPanel(panel);
            var bytes = new byte[rows * columns * weight.ElementSize];
            for (int r = 0; r < rows; r++)
            {
                int output = (panel * ITile.Width) + r;
                weight.CopyRow(output, row);
                for (int i = 0; i < rank; i++)
                {
                    float factor = adapter.Scale * b[(output * rank) + i];
                    for (int c = 0; c < columns; c++) row[c] += factor * a[(i * columns) + c];
                }

                if (adapter.Gain is { } gain)
                {
                    for (int c = 0; c < columns; c++) row[c] *= gain[output];
                }

                int rowBytes = columns * weight.ElementSize;
                ElementTypes.Narrow(row, bytes.AsSpan(r * rowBytes, rowBytes), weight.Type);
            }

            weight.SetPanel(panel, bytes);
        }
    }
}
