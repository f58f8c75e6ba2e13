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

    /// <summary>Puts adapters from a PEFT folder on a model.</summary>
    /// <param name="model">A model without adapters.</param>
    /// <param name="folder">adapter_config.json and adapter_model.safetensors.</param>
    /// <exception cref="InputException">The folder cannot be read, or fits another model.</exception>
    public static LoraAdapters Load(CausalLanguageModel model, string folder)
    {
        Adapter read = AdapterFolder.Open(folder);
        var modules = read.Modules.ToDictionary(m => m.ModulePath, StringComparer.Ordinal);
        var adapters = new LoraAdapters(model, read.Config);
        foreach (AdapterTensor tensor in read.Modules)
        {
            LinearMap map = model.Maps.FirstOrDefault(m => m.Module == tensor.ModulePath) ?? throw new InputException(
                $"{folder}: adapter_model.safetensors: module '{tensor.ModulePath}': expected a linear map of the model, found "
                + $"none of "
                + "that name.");
            if (tensor.Inputs != map.Map.Weight.Columns || tensor.Outputs != map.ModuleOutputs)
            {
                throw new InputException(
                    $"{folder}: adapter_model.safetensors: module '{tensor.ModulePath}': expected {map.Map.Weight.Columns} "
                    + $"inputs "
                    + $"and {map.ModuleOutputs} outputs, found {tensor.Inputs} and {tensor.Outputs}.");
            }
        }

        adapters.Fit(module => modules.GetValueOrDefault(module.Key));
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
    public void Save(string folder) => AdapterFolder.Write(folder, Config, [.. Modules()]);

    /// <summary>W += scale B A for every adapted map; the adapters are taken off.</summary>
    public void Merge()
    {
        foreach ((LinearMap map, LoraAdapter adapter) in _adapters)
        {
            Merge(map.Map.Weight, adapter);
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

    private void Fit(Func<IGrouping<string, LinearMap>, AdapterTensor?> tensorOf)
    {
        List<ModelParameter> parameters = [];
        foreach (IGrouping<string, LinearMap> module in _model.Maps.Where(m => Config.Targets(m.Module)).GroupBy(m => m.Module))
        {
            if (tensorOf(module) is not { } tensor) continue;
            // The parts of a fused map share A and have rows of B each.
            PackedWeight a = Pack(tensor.A, Config.Rank, tensor.Inputs);
            parameters.Add(Parameter(module.Key, "A", a, Config.Rank, 0));
            foreach (LinearMap part in module.OrderBy(m => m.FirstOutput))
            {
                ReadOnlySpan<float> rows = tensor.B.AsSpan(part.FirstOutput * Config.Rank, part.Map.Outputs * Config.Rank);
                PackedWeight b = Pack(rows, part.Map.Outputs, Config.Rank);
                parameters.Add(Parameter(module.Key, "B", b, part.ModuleOutputs, part.FirstOutput));
                part.Map.Adapter = new LoraAdapter(a, b, (float)Config.Scale)
                {
                    Dropout = (float)Config.Dropout,
                    Salt = Key(0, module.Key),
                };
                _adapters.Add((part, part.Map.Adapter));
            }
        }

        Parameters = parameters;
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

                int rowBytes = columns * weight.ElementSize;
                ElementTypes.Narrow(row, bytes.AsSpan(r * rowBytes, rowBytes), weight.Type);
            }

            weight.SetPanel(panel, bytes);
        }
    }
}
