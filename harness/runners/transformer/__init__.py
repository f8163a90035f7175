"""Token classifiers of transformers, by ONNX Runtime or PyTorch: windows over long texts, and what tags say.

May import: what runners may.
"""
